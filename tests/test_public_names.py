import subprocess
import sys

import pytest

import customer_segments


@pytest.mark.parametrize("name", customer_segments.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(customer_segments, name) is not None


def test_an_unknown_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="has no attribute 'segmentise'"):
        _ = customer_segments.segmentise


def test_importing_the_package_imports_nothing_heavy():
    heavy = "[name for name in ('pandas', 'numpy', 'sklearn', 'ibis', 'matplotlib') if name in sys.modules]"
    code = f"import sys, customer_segments; print({heavy})"
    assert subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True).stdout == "[]\n"
