"""Trainer: train machine-learning models on your own data, and watch them learn."""
