"""Probabilities: a softmax where all foods have a label, less where a crop looks like none of them."""

import torch

from ml.recognition.probabilities import Familiarity, probabilities


def test_without_a_familiarity_they_add_up_to_one():
    logits = torch.tensor([[2.0, 0.0, -2.0]])
    actual = probabilities(logits, temperature=2.0, familiarity=None, not_food=2)
    torch.testing.assert_close(actual, torch.softmax(logits / 2, dim=1))


def test_a_crop_that_fits_no_label_well_is_named_less_surely_but_not_less_surely_no_food():
    fitting = torch.tensor([9.0, 1.0, 1.0])
    unlike = fitting - 8
    familiarity = Familiarity(slope=1.0, middle=5.0)
    softmax = fitting.softmax(0)
    both = probabilities(torch.stack([fitting, unlike]), 1.0, familiarity, not_food=2)
    for row, logits in zip(both, (fitting, unlike), strict=True):
        share = 1 / (1 + torch.exp(5 - logits.logsumexp(0)))
        torch.testing.assert_close(row, torch.stack([softmax[0] * share, softmax[1] * share, softmax[2]]))
    assert both[0, 0] > 0.9
    assert both[1, 0] < 0.05
