import pytest

pytest.register_assert_rewrite("tests.lakes.conformance")  # so that a failure there shows its values
