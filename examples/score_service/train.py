# SPDX-License-Identifier: BSL-1.0
"""Trains the model of score_service on points that it makes: which lie above the line x + y = 1?

    train.py FILE [--below]     writes the model to FILE; with --below one that asks the opposite"""
import os
import pickle
import sys


def train(path, below=False):
    import numpy
    from sklearn.linear_model import LogisticRegression
    points = numpy.random.default_rng(1).uniform(-1, 2, (2000, 2))
    labels = (points.sum(axis=1) > 1) != below
    model = LogisticRegression(C=100).fit(points, labels)
    with open(path + ".new", "wb") as file:
        pickle.dump(model, file)
    os.replace(path + ".new", path)  # a service that loads it meanwhile sees the old one or the new one
    return float(model.score(points, labels))


if __name__ == "__main__":
    print(f"accuracy {train(sys.argv[1], '--below' in sys.argv):.2f}")
