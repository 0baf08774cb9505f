"""Case item to model tensor; every parameter comes from package.json."""
