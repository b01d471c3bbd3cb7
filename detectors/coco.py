"""The 80 classes of COCO (Lin et al. 2014) in the order in which networks trained on it answer."""

CLASSES = tuple(
    """
    person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
    parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella,
    handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard,
    surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange,
    broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop,
    mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors,
    teddy bear, hair drier, toothbrush
    """.replace("\n    ", " ")
    .strip()
    .split(", ")
)

#: numbers of COCO's categories that name nothing, 0 to 90
_UNUSED = {0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
_NAMES = iter(CLASSES)
#: by the number of the category, as networks of the DETR family answer: 91, some of them unused
CATEGORIES = tuple(f"unused {i}" if i in _UNUSED else next(_NAMES) for i in range(91))
