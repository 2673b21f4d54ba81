# SPDX-License-Identifier: BSL-1.0
'''Two small networks, which this file makes itself; a program would load one from a file.'''
import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def network(kind, shape, nodes, **weights):
    made = [helper.make_node(operator, inputs.split(), [output], **how) for operator, inputs, output, how in nodes]
    graph = helper.make_graph(made, "network", [helper.make_tensor_value_info("x", kind, shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
                              [numpy_helper.from_array(values, name) for name, values in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def edges():
    '''(n, height, width, 3) bytes to (n, 1): how much neighbours differ, from left to right.'''
    kernel = numpy.zeros((1, 3, 1, 2), numpy.float32)
    kernel[..., 0], kernel[..., 1] = -1 / 765, 1 / 765
    return network(TensorProto.UINT8, ["n", "height", "width", 3],
                   [("Cast", "x", "f", {"to": TensorProto.FLOAT}), ("Transpose", "f", "t", {"perm": [0, 3, 1, 2]}),
                    ("Conv", "t kernel", "c", {}), ("Abs", "c", "a", {}), ("GlobalAveragePool", "a", "p", {}),
                    ("Flatten", "p", "y", {})], kernel=kernel)


def unit():
    '''(n, 4) floats to (n, 4): vectors of length 1, along axes of the network's own.'''
    turn = numpy.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], numpy.float32)
    return network(TensorProto.FLOAT, ["n", 4], [("MatMul", "x turn", "m", {}), ("LpNormalization", "m", "y", {"axis": 1, "p": 2})],
                   turn=turn)


class Network:
    def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # there is a worker for each core
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(self, batch):
        return self.session.run(["y"], {"x": batch})[0]


class Edges(Network):
    def __init__(self):
        super().__init__(edges())

    def __call__(self, images):
        if isinstance(images, numpy.ndarray):  # all of one size
            return self.run(images)[:, 0]
        return [self.run(image[None])[0, 0] for image in images]


class Embed(Network):
    def __init__(self):
        super().__init__(unit())

    def __call__(self, vectors):
        return self.run(vectors)
