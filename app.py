"""`python app.py`: the Explorer on this machine, in the folder `explorer`; `segments serve --help` tells more."""

import os
import sys

os.execv(sys.executable, [sys.executable, "-m", "customer_segments", "serve", *sys.argv[1:]])
