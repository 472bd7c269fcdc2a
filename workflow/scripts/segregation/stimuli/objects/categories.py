"""The register of object categories: how each is built, the group it belongs to and how it may rest."""

from segregation.stimuli.categories import Category, CategorySet, Pose
from segregation.stimuli.materials import sample_texture
from segregation.stimuli.objects import buildings, furniture, household, kitchen, leisure, nature, tools, vehicles

STANDING = Pose()  # may be seen from any side
LOOKED_INTO = Pose(tilt=(5, 40))  # seen from above, as are vessels
FACING = Pose(heading=(-40, 40))  # one side tells what it is
ON_DESK = Pose(heading=(-45, 45), tilt=(5, 40))
SIDEWAYS = Pose(heading=(-50, 50), tilt=(-5, 30), reversible=True)
FLAT = Pose(roll=(-90, 90), heading=(-35, 35), tilt=(-40, 40), reversible=True)  # lying anyhow on a surface

# The order is fixed: training takes categories from its front, held-out ones come from its back. Both ends are varied.
CATEGORIES: dict[str, Category] = {
    "chair": Category(furniture.chair, "furniture", STANDING),
    "car": Category(vehicles.car, "vehicle", Pose(tilt=(-5, 25))),
    "mug": Category(kitchen.mug, "kitchen", Pose(heading=(-70, 70), tilt=(0, 35), reversible=True)),
    "guitar": Category(leisure.guitar, "music", Pose(roll=(-70, 70), heading=(-50, 50), tilt=(-20, 20))),
    "tree": Category(nature.tree, "plant", STANDING),
    "scissors": Category(tools.scissors, "tool", FLAT),
    "house": Category(buildings.house, "building", Pose(tilt=(0, 25))),
    "camera": Category(household.camera, "device", FACING),
    "bicycle": Category(vehicles.bicycle, "vehicle", Pose(heading=(-40, 40), reversible=True)),
    "lamp": Category(furniture.lamp, "furniture", STANDING),
    "key": Category(tools.key, "tool", FLAT),
    "snowman": Category(nature.snowman, "figure", Pose(heading=(-60, 60))),
    "truck": Category(vehicles.truck, "vehicle", Pose(tilt=(-5, 25))),
    "fork": Category(kitchen.fork, "kitchen", FLAT),
    "book": Category(household.book, "household", Pose((-30, 30), (-50, 50), (-70, 10))),
    "drum": Category(leisure.drum, "music", LOOKED_INTO),
    "table": Category(furniture.table, "furniture", Pose(tilt=(0, 30))),
    "lighthouse": Category(buildings.lighthouse, "building", STANDING),
    "bottle": Category(kitchen.bottle, "kitchen", Pose(roll=(-15, 15), tilt=(-5, 25))),
    "axe": Category(tools.axe, "tool", FLAT),
    "hat": Category(leisure.hat, "clothing", Pose(heading=(-60, 60), tilt=(0, 30))),
    "flower": Category(nature.flower, "plant", Pose(roll=(-20, 20), heading=(-50, 50))),
    "boat": Category(vehicles.boat, "vehicle", SIDEWAYS),
    "laptop": Category(household.laptop, "device", ON_DESK),
    "pan": Category(kitchen.pan, "kitchen", LOOKED_INTO),
    "bed": Category(furniture.bed, "furniture", Pose(tilt=(15, 40))),
    "tent": Category(buildings.tent, "building", Pose(heading=(-50, 50), tilt=(0, 15))),
    "dumbbell": Category(leisure.dumbbell, "sport", Pose((-40, 40), (-50, 50), (-30, 30))),
    "ladder": Category(tools.ladder, "tool", Pose(roll=(-30, 30), heading=(-55, 55), tilt=(-25, 15), reversible=True)),
    "rocket": Category(vehicles.rocket, "vehicle", Pose(roll=(-40, 40))),
    "wineglass": Category(kitchen.wineglass, "kitchen", Pose(roll=(-15, 15), tilt=(0, 30))),
    "bookshelf": Category(furniture.bookshelf, "furniture", Pose(heading=(-50, 50))),
    "mushroom": Category(nature.mushroom, "food", Pose(roll=(-30, 30), tilt=(-25, 25))),
    "saw": Category(tools.saw, "tool", FLAT),
    "barrel": Category(household.barrel, "household", Pose(roll=(-25, 25), tilt=(0, 35))),
    "castle": Category(buildings.castle, "building", Pose(heading=(-60, 60), tilt=(0, 30))),
    "television": Category(household.television, "device", FACING),
    "knife": Category(kitchen.knife, "kitchen", FLAT),
    "glasses": Category(leisure.glasses, "clothing", Pose(roll=(-25, 25), heading=(-50, 50), tilt=(-10, 45))),
    "hourglass": Category(household.hourglass, "household", Pose(roll=(-30, 30))),
    "bucket": Category(household.bucket, "household", LOOKED_INTO),
    "spoon": Category(kitchen.spoon, "kitchen", FLAT),
    "teapot": Category(kitchen.teapot, "kitchen", SIDEWAYS),
    "airplane": Category(vehicles.airplane, "vehicle", Pose(roll=(-20, 20), tilt=(-20, 50))),
    "sofa": Category(furniture.sofa, "furniture", Pose(heading=(-70, 70), tilt=(0, 30))),
    "hammer": Category(tools.hammer, "tool", FLAT),
    "cactus": Category(nature.cactus, "plant", Pose(heading=(-60, 60))),
    "windmill": Category(buildings.windmill, "building", Pose(heading=(-55, 55))),
    "umbrella": Category(leisure.umbrella, "household", Pose(roll=(-40, 40), tilt=(-20, 30))),
    "clock": Category(household.clock, "device", Pose(roll=(-20, 20), heading=(-40, 40), tilt=(-25, 25))),
}
OBJECTS = CategorySet("objects", CATEGORIES, sample_texture, "texture")
