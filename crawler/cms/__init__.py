"""Page readers, one per CMS family: pure functions from (bytes, URL, headers) to a Reading."""
