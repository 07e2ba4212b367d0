"""The words every room uses: model, codes, states, settings, sites, errors. Standard library only."""
