import pytest

pytest.register_assert_rewrite("tests.warehouses.conformance")  # so that a failure there shows its values
