"""The columns of the report on a roster, which can be filled in and imported again."""

OURS = ("roster", "row", "artistId", "artistName", "matchedBy", "why", "sameAsRow", "candidates", "whatToDo", "link")
SAYS_WHO = ("artistId", "artistName", "link")  # all others tell about the row
OF_THE_ROSTER = " (roster)"  # behind a column of the person's that is called like one of ours
BY_NAME = "name"
