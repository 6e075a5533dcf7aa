"""Listening histories: one reader per format, chosen by what is in a file, not by its name.

``formats`` has a module per format and chooses among them; ``tables``, ``layouts`` and ``columns`` know the dialects
and headings of tables, ``table_reader`` and ``json_fields`` read rows; ``reading`` turns a file into validated lines
and counts them in a ``summary``. Next to this package, ``archives`` opens zips, workbooks, folders, files and standard
input, ``encodings`` and ``instants`` read texts and times, ``json_rows`` cuts JSON of any size, even broken, into rows,
and ``privacy`` removes private fields.
"""
