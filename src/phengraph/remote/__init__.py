"""An external SPARQL store in place of the engine in this house: filled graph by graph, and asked over HTTP.

Whatever runs there is a stranger: its answers are bounded, read to their end and parsed before a byte is handed on, its
words are shown as text, and nothing is sent to it that has not passed the same doors as a query here. `connection`
speaks HTTP, `dialect` knows what differs from store to store, `reading` takes answers apart, `asking` asks, `pushing`
fills. docs/store.md tells people how to set it up.
"""
