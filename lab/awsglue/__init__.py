"""awsglue: what AWS Glue gives a script beside Spark, made anew for the lab. What is not here fails by its name."""
