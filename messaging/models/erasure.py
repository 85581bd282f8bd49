from django.db import models


class Erasure(models.Model):
    """How far something was erased: of everything up to the id `through` nothing is left."""

    name = models.CharField(max_length=32, primary_key=True)
    through = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name}: {self.through}"
