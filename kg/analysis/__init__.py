"""The network and its algorithms: states, costs, paths; nothing of RDF or HTTP."""
