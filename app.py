"""`python app.py`: the Explorer on this machine, in the folder `explorer`; `segments serve --help` tells more."""

from customer_segments.__main__ import main

raise SystemExit(main(["serve"]))
