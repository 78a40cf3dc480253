"""awsgluedq: data quality in scripts, as far as the scripts that Glue Studio writes use it."""
