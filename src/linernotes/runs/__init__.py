"""What a command does, once, whoever gives it: the command line, the Library, a notebook or a scheduler."""
