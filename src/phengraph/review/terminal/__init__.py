"""The review as a full-screen terminal view, on Textual; imported only when `phengraph review` is called.

Nothing of a suggestion is ever given to Textual as markup: every text is a `Content` of plain characters.
"""
