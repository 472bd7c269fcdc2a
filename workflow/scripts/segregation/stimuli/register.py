"""The sources of rendered images: what draws each; known without loading any of them."""

# A module, or module:object, with class_names() and draw(); of these a job depends on that of its set alone.
SOURCES = {
    "heads": "segregation.stimuli.heads.heads:HEADS",
    "portraits": "segregation.stimuli.heads.portraits:PORTRAITS",
    "shape_heads": "segregation.stimuli.heads.shape_heads:SHAPE_HEADS",
    "objects": "segregation.stimuli.objects.categories:OBJECTS",
    "food": "segregation.stimuli.food.dishes:FOOD",
    "cars": "segregation.stimuli.cars.draw",
}
