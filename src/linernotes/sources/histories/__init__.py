"""Listening histories: one reader per format, chosen by what is in a file, not by its name.

``formats`` chooses the reader; ``reading`` turns a file into validated lines and counts them in a ``summary``. Next to
this package, ``archives`` opens zips, folders, files and standard input, ``json_rows`` cuts JSON of any size, even
broken, into rows, and ``privacy`` removes private fields.
"""
