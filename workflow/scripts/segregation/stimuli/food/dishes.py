"""The register of fruit and dishes: how each is built, the group it belongs to and how it may be seen."""

from segregation.stimuli.categories import Category, CategorySet, Pose
from segregation.stimuli.food import bakery, bowls, fruit, plates, snacks, sweets, vegetables
from segregation.stimuli.food.ingredients import sample_surface

STANDING = Pose(roll=(-30, 30), tilt=(-10, 35))
CUT = Pose(roll=(-40, 40), heading=(-30, 30), tilt=(-5, 35))  # the cut side tells what it is
ALONG = Pose(roll=(-180, 180), heading=(-30, 30), tilt=(-30, 30))  # a long one, seen from its side
SERVED = Pose(tilt=(25, 55))  # on a table in front of the viewer
FROM_ABOVE = Pose(tilt=(35, 65))

# The order is fixed: training takes dishes from its front, held-out ones come from its back. Both ends are varied.
DISHES: dict[str, Category] = {
    "apple": Category(fruit.apple, "fruit", Pose(roll=(-40, 40), heading=(-45, 45), tilt=(5, 45))),
    "pizza": Category(snacks.pizza, "snack", SERVED),
    "doughnut": Category(sweets.doughnut, "sweet", FROM_ABOVE),
    "carrot": Category(vegetables.carrot, "vegetable", ALONG),
    "soup": Category(bowls.soup, "bowl", SERVED),
    "bread": Category(bakery.bread, "bakery", Pose(heading=(-75, 30), tilt=(10, 45))),
    "steak": Category(plates.steak, "plate", SERVED),
    "grapes": Category(fruit.grapes, "fruit", STANDING),
    "burger": Category(snacks.burger, "snack", Pose(tilt=(0, 25))),
    "cupcake": Category(sweets.cupcake, "sweet", Pose(roll=(-20, 20), tilt=(0, 30))),
    "corn": Category(vegetables.corn, "vegetable", ALONG),
    "sushi": Category(plates.sushi, "plate", FROM_ABOVE),
    "cheese": Category(bakery.cheese, "bakery", Pose(heading=(-80, 80), tilt=(5, 40))),
    "watermelon": Category(fruit.watermelon, "fruit", CUT),
    "fries": Category(snacks.fries, "snack", Pose(roll=(-20, 20), heading=(-50, 50), tilt=(0, 35))),
    "pancakes": Category(sweets.pancakes, "sweet", Pose(tilt=(10, 40))),
    "salad": Category(bowls.salad, "bowl", SERVED),
    "croissant": Category(bakery.croissant, "bakery", SERVED),
    "fish": Category(plates.fish, "plate", FROM_ABOVE),
    "pear": Category(fruit.pear, "fruit", Pose(roll=(-40, 40), heading=(-40, 40), tilt=(-10, 20))),
    "taco": Category(snacks.taco, "snack", Pose(heading=(-50, 50), tilt=(0, 35), reversible=True)),
    "cake": Category(sweets.cake, "sweet", Pose(heading=(-70, 70), tilt=(15, 45))),
    "strawberry": Category(fruit.strawberry, "fruit", STANDING),
    "dumplings": Category(plates.dumplings, "plate", SERVED),
    "citrus": Category(fruit.citrus, "fruit", CUT),
    "hot_dog": Category(snacks.hot_dog, "snack", Pose(heading=(-50, 50), tilt=(20, 55), reversible=True)),
    "cherries": Category(fruit.cherries, "fruit", STANDING),
    "broccoli": Category(vegetables.broccoli, "vegetable", Pose(roll=(-40, 40), tilt=(-20, 40))),
    "spaghetti": Category(bowls.spaghetti, "bowl", SERVED),
    "ice_cream": Category(sweets.ice_cream, "sweet", Pose(roll=(-40, 40), heading=(-45, 45))),
    "pineapple": Category(fruit.pineapple, "fruit", Pose(roll=(-60, 60), heading=(-45, 45), tilt=(-20, 35))),
    "fried_egg": Category(plates.fried_egg, "plate", SERVED),
    "pretzel": Category(bakery.pretzel, "bakery", Pose(roll=(-70, 70), heading=(-35, 35), tilt=(-40, 40))),
    "drumstick": Category(bakery.drumstick, "snack", ALONG),
    "banana": Category(fruit.banana, "fruit", ALONG),
    "sandwich": Category(snacks.sandwich, "snack", Pose(heading=(-55, 55), tilt=(5, 30))),
}
FOOD = CategorySet("food", DISHES, sample_surface, "surface")
