"""Where a graph is kept: Oxigraph and Parquet in a folder that is replaced atomically."""
