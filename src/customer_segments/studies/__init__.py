"""Ready-made studies: overlays on params.yaml, each for data that anybody can get."""
