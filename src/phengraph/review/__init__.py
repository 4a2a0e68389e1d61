"""Review: from a suggestion to evidence, one key a decision, and nothing lost whatever happens.

acts      what a curator's key does to the project: a decision, perhaps evidence, perhaps a paper
known     which paper of papers.bib a suggested one is
drafts    the evidence that a key would write, made of a suggestion, to be seen and edited before
quotes    whether a quote stands in the text that we hold
journal   what was asked and what was done, on disk before anything else
splices   an edit as what it took out and put in, so that it can be taken back
plan      what acts would do to the files
applying  the acts of a moment: checked together, written in an order that leaves the project right
writing   the process that applies; `writer` is how the screen sees it
moves     what an act does to the status of its claim, in a sentence
opening   whose review it is, and what waits for a decision
session   the queue, the curator, what was decided, undo
showing   what is shown of a suggestion, in the terminal (`terminal`) and in the page (`web`) alike
"""
