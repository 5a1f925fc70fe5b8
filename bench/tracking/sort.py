"""SORT (Bewley et al. 2016, arXiv:1602.00763) on numpy, scipy and filterpy, as a yardstick of speed.

Reads JSON from stdin: a list of sequences, each a list of frames, each a list of [x1, y1, x2, y2].
Prints JSON: frames, seconds of CPU time, and boxes reported, so that both sides can be held equal.
"""
import json
import sys
import time

import numpy as np
from filterpy.kalman import KalmanFilter
from scipy.optimize import linear_sum_assignment


def overlaps(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=2)
    area = lambda box: np.prod(box[:, 2:] - box[:, :2], axis=1)
    return shared / (area(a)[:, None] + area(b)[None, :] - shared)


def measure(box):
    w, h = box[2] - box[0], box[3] - box[1]
    return np.array([[box[0] + w / 2], [box[1] + h / 2], [w * h], [w / h]])


class Track:
    def __init__(self, box):
        kf = KalmanFilter(dim_x=7, dim_z=4)
        kf.F = np.eye(7)
        kf.F[[0, 1, 2], [4, 5, 6]] = 1
        kf.H = np.eye(4, 7)
        kf.R[2:, 2:] *= 10
        kf.P[4:, 4:] *= 1000
        kf.P *= 10
        kf.Q[-1, -1] *= 0.01
        kf.Q[4:, 4:] *= 0.01
        kf.x[:4] = measure(box)
        self.kf, self.streak, self.unseen = kf, 0, 0

    def predict(self):
        if self.kf.x[6, 0] + self.kf.x[2, 0] <= 0:
            self.kf.x[6, 0] = 0
        self.kf.predict()
        if self.unseen > 0:
            self.streak = 0
        self.unseen += 1

    def update(self, box):
        self.kf.update(measure(box))
        self.streak += 1
        self.unseen = 0

    def box(self):
        x, y, area, ratio = self.kf.x[:4, 0]
        with np.errstate(invalid="ignore", divide="ignore"):
            w = np.sqrt(area * ratio)
            h = area / w
        return np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2])


def follow(frames):
    tracks, reported = [], 0
    for count, boxes in enumerate(frames, 1):
        boxes = np.array(boxes, dtype=float).reshape(-1, 4)
        for track in tracks:
            track.predict()
        tracks = [track for track in tracks if np.all(np.isfinite(track.box()))]
        taken = set()
        if len(tracks) > 0 and len(boxes) > 0:
            shared = overlaps(boxes, np.array([track.box() for track in tracks]))
            for row, column in zip(*linear_sum_assignment(-shared)):
                if shared[row, column] >= 0.3:
                    tracks[column].update(boxes[row])
                    taken.add(row)
        tracks += [Track(box) for row, box in enumerate(boxes) if row not in taken]
        reported += sum(t.unseen < 1 and (t.streak >= 3 or count <= 3) for t in tracks)
        tracks = [track for track in tracks if track.unseen <= 1]
    return int(reported)


sequences = json.load(sys.stdin)
before = time.process_time()
total = sum(follow(frames) for frames in sequences)
print(json.dumps({
    "frames": sum(map(len, sequences)),
    "cpuS": time.process_time() - before,
    "reported": total,
}))
