"""The work of each command, shared by the command line, the Library, notebooks and schedulers."""
