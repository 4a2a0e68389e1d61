"""What Semantic Scholar knows of the tracked papers: fetched politely, recorded as sorted text, never lost.

errors      what can stop it, as a tree
clock, pace time, and one pace for all processes of the machine
transport   one HTTP request, however long it takes to get an answer
client      the calls, on the objects of the `semanticscholar` package
answers     what the answers say, in our own values
records     the files of ingest/
state       what is due, outside git
plan, passes, refresh   which papers, which pages, and the whole
news        what it all brought, in sentences
"""
