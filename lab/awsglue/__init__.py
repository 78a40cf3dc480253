"""awsglue: what AWS Glue gives a script beside Spark, made anew for the lab. What is not here fails by its name."""


def __getattr__(name: str):
    if name == "DynamicFrame":
        from awsglue.dynamicframe import DynamicFrame
        return DynamicFrame
    raise AttributeError(f"module 'awsglue' has no attribute {name!r}")
