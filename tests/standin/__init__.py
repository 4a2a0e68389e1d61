"""A stand-in for Semantic Scholar: a real HTTP server on 127.0.0.1 that is as hard on a client as the real service.

It validates each request against the published specification, answers from a made-up corpus (titles look made up, so
that nobody takes them for real), can replay recorded answers, and every fault that the service is known for can be
switched on for one endpoint, one request or from a request on. It counts requests, their pace, and whether a key came.

    fields      which fields, parameters and limits each endpoint knows
    corpus      the made-up papers and who cites whom
    datasets    releases of the whole corpus, their files and diffs
    answers     a request in, an answer out: the rules, without any socket
    faults      what can go wrong, each switchable
    server      the HTTP server
    recorded    recorded answers, for replays
    simulated   a clock that does not wait, and a `requests` adapter without sockets

`python -m tests.standin` starts it; `make demo` shows the product with it.
"""
