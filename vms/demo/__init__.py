"""What shows the house without a camera: synthetic footage, and simulated cameras that play it over RTSP."""
