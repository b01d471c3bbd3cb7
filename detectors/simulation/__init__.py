"""Simulated pose sequences: bodies that fall, sit, kneel and run in front of cameras, as the pose network would see them.

No picture is drawn and no network runs: joints become keypoints, keypoints get the network's own noise. See README.md.
"""
