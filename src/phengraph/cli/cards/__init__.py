"""One entry as a card for the terminal.

A status is told by a word, a sign and a colour, a stance by a sign and a colour: without colours nothing is lost.
Whatever comes from the data is text that the terminal only shows.
"""

from phengraph.cli.cards.entries import card_of

__all__ = ["card_of"]
