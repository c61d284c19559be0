"""Wire: the formats in which agencies deliver articles, one file each.

In: the bytes of .json and .xml files. Out: Drafts, and the members of lists. `json_documents` and
`xml_documents` tell the formats apart; `item` holds what all of them have in common. Nothing here
is imported before the first such file is read.
"""
