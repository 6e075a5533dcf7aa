"""A small world whose artists share names and about whom the services err, with a label for what is true."""
