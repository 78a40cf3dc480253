"""Refused: a request that can't be met as it stands. Its text is for people and names what is wrong."""


class Refused(Exception):
    pass
