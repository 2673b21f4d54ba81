# SPDX-License-Identifier: BSL-1.0
import pickle


class Score:
    """The probability that each of the points belongs to the class that the model was trained for."""

    def __init__(self, model):
        self.model = pickle.loads(model)

    def __call__(self, points):
        return self.model.predict_proba(points)[:, 1]
