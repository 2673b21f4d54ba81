// SPDX-License-Identifier: BSL-1.0
// A worker for each GPU: each sees one device alone, keeps its model there, and is sent images as one array.
#include <leat/leat.hpp>
#include <leat/wire/tensor.hpp>

#include <cstdio>
#include <string>
#include <vector>

#include <unistd.h>

using image = std::array<std::array<std::array<std::uint8_t, 3>, 32>, 32>;

const auto functions = leat::source_text(R"(
import torch

class Brightness:
    def __init__(self):
        self.device = torch.device('cuda')            # the only one that this worker sees
        self.weights = torch.full((3,), 1 / 765, device=self.device)

    def __call__(self, images):                       # (n, 32, 32, 3) bytes
        batch = torch.tensor(images).to(self.device)  # torch.tensor copies: the array cannot be written to
        return (batch.float().mean(dim=(1, 2)) @ self.weights).cpu()
)");

int main() {
  std::vector<std::string> devices;
  while (::access(("/dev/nvidia" + std::to_string(devices.size())).c_str(), F_OK) == 0)
    devices.push_back(std::to_string(devices.size()));
  if (devices.empty()) {
    std::fprintf(stderr, "torch_devices: this machine has no GPU\n");
    return 77;
  }
  try {
    leat::python py{{
        .requirements = {"torch", "numpy"},
        .worker_variables = {{"CUDA_VISIBLE_DEVICES", devices}},
        .workers = devices.size(),
    }};
    std::vector<image> images(1000);
    images[1][0][0] = {255, 255, 255};
    const auto brightness = images | py.map_batches<float>("Brightness", functions).arrays().batch(100) | leat::to_vector();
    std::printf("%.6f %.6f\n", static_cast<double>(brightness[0]), static_cast<double>(brightness[1]));
  } catch (const leat::start_failed& e) {  // this machine's Python has no torch
    std::fprintf(stderr, "%s\n", e.what());
    return 77;
  }
}
