"""The NetworkX view of a dataset, the measures people ask of it, and a picture of any part of it.

    from phengraph.network import build_network, evidence_path, picture

    graph = build_network(dataset)                       # a networkx.MultiDiGraph
    print(evidence_path(graph, "emergent-abilities-exist", "loss-power-law"))
    picture(graph, about="grokking", hops=2).show("grokking.html", notebook=False)
"""
