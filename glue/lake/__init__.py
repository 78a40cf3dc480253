"""lake: what the Glue jobs know of readings, tables and reports. Pure where it decides, thin where it acts."""
