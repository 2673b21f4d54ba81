# SPDX-License-Identifier: BSL-1.0
import pickle


class Score:
    """The probability that a point belongs to the class that the model was trained for."""

    def __init__(self, model):
        self.model = pickle.loads(model)

    def __call__(self, point):
        return float(self.model.predict_proba([point])[0][1])
