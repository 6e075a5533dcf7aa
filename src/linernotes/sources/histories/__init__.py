"""Listening histories as people hold them: one reader per format, recognised by what is in a file, not by its name.

``container`` opens zips, folders, files and standard input; ``formats`` tells which reader fits; ``json_rows`` cuts
JSON of any size, broken ones too, into the rows that a reader takes; ``reading`` checks what comes of them against the
contract and counts it; ``private`` is what nobody ever sees of it.
"""
