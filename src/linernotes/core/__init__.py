"""What every room may use: values, counts, errors, the clock, texts. It imports none of them."""
