"""The source heads: people with hair, skin and eyes of their own."""

from segregation.stimuli.heads import hair
from segregation.stimuli.heads.collection import Collection

HEADS = Collection("heads", "head", hair=hair)
