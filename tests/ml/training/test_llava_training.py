"""Training the embedded LLaVA, on a tiny model of its classes: it learns, it resumes, and it is served."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hydra import compose, initialize_config_dir

import ml.training
from ml.analyzer import NutritionAnalyzer
from ml.data.conversations.ask import Sight
from ml.data.conversations.examples import ConversationMaker
from ml.evaluation.transcripts import NUTRITION
from ml.insights.llava_embedded.model import read_adapter
from ml.insights.llava_embedded.prompt import END_OF_TURN, IMAGE, write_prompt
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.recognition.weights import read_config, write_config
from ml.training.llava import LlavaTraining
from ml.training.llava_losses import SampledCrossEntropy, alignment_loss
from ml.training.llava_packs import Packer, collate
from ml.training.llava_sights import SightMaker
from tests.photo_sets import make_photo_sets
from tests.tiny_gemma import RECOGNIZER, assembled, word_tokenizer

LABELS = ("pizza", "hamburger", "french fries", "kiwi", "apple")
IMAGE_TOKENS = 37


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    return make_photo_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="module")
def tokenizer():
    return word_tokenizer("I see pizza and a hamburger. This meal has about 12.3 g of protein.")


@pytest.fixture(scope="module")
def conversation():
    foods = FoodTable(NUTRITION / "foods.csv")
    analyzer = NutritionAnalyzer(foods, FoodDatabase(NUTRITION / "foods.sqlite"))
    return ConversationMaker(analyzer, foods, LABELS).make(
        np.random.default_rng(3), ("hamburger", "pizza"), Sight(("hamburger", "pizza")), 6
    )


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory):
    """The one that ships, but what the sets show, noise, it never calls "not food"."""
    folder = tmp_path_factory.mktemp("recognizer")
    for shard in RECOGNIZER.glob("model-*"):
        (folder / shard.name).symlink_to(shard)
    ours = read_config(RECOGNIZER)
    write_config(folder, replace(ours, thresholds=replace(ours.thresholds, not_food=2.0)))
    return folder


@pytest.fixture
def config(sets, recognizer, tmp_path):
    settings = [
        f"recognizer={recognizer}",
        "threads=1",
        "device=cpu",
        "rank=2",
        "align_steps=30",
        "align_batch=8",
        "captions=16",
        "naming=4",
        "conversations=3",
        "chains=2",
        "held_out=2",
        "sampled_tokens=50",
        "warm_up=0",
    ]
    with initialize_config_dir(str(Path(ml.training.__file__).parent / "conf"), version_base=None):
        return compose("llava", [f"data={sets}", f"output={tmp_path / 'run'}", *settings])


@pytest.fixture
def training(config, tokenizer):
    return LlavaTraining(config, assembled(tokenizer), tokenizer)


@pytest.mark.parametrize(("calls_noise_food", "of_one"), [(False, Sight(())), (True, None)])
def test_what_is_said_of_a_photo_is_what_the_recognizer_makes_of_it(
    sets, recognizer, calls_noise_food, of_one
):
    folder = recognizer if calls_noise_food else RECOGNIZER
    maker = SightMaker(sets, None, folder, load_vision_tower(folder), torch.device("cpu"))
    drawn = [("pizza",), ("kiwi", "pizza"), ()]
    sights, seen = maker.make(np.random.default_rng(0), "train", drawn)
    assert seen.shape == (3, IMAGE_TOKENS, 1 + len(maker.labels))
    guess = Sight((maker.labels[int(seen[0, 0, :-1].argmax())],), is_plain=False)
    assert sights[0] == (of_one or guess)
    assert not sights[1].is_plain
    assert sights[2] == Sight(())
    assert maker.foods("train") == ("apple", "french fries", "hamburger", "kiwi", "pizza")


def test_a_pack_learns_each_answer_and_nothing_else(conversation, tokenizer):
    pack = Packer(tokenizer, IMAGE_TOKENS).pack(conversation)
    for branch, chain in enumerate(conversation.chains, 1):
        learned = pack.token_ids[pack.learned & (pack.branches == branch)]
        assert tokenizer.decode(learned) == "".join(f"{turn.answer}{END_OF_TURN}" for turn in chain)
    assert (pack.token_ids == tokenizer.convert_tokens_to_ids(IMAGE)).sum() == IMAGE_TOKENS
    assert not pack.learned[pack.branches == 0].any()
    alone = replace(conversation, chains=conversation.chains[:1])
    pack = Packer(tokenizer, IMAGE_TOKENS).pack(alone)
    assert tokenizer.decode(pack.token_ids[pack.learned]).startswith(alone.chains[0][0].answer)
    caption = Packer(tokenizer, IMAGE_TOKENS).caption("a photo of pizza.")
    assert tokenizer.decode(caption.token_ids[caption.learned]) == f"a photo of pizza.{END_OF_TURN}"


def test_a_branch_is_computed_as_if_it_were_alone(conversation, tokenizer):
    packer, llava = Packer(tokenizer, IMAGE_TOKENS), assembled(tokenizer)
    language_model = llava.model.language_model
    chain = conversation.chains[2]
    text = write_prompt(chain[-1].question, conversation.facts, chain[-1].history)
    alone = tokenizer(
        text.replace(IMAGE, IMAGE * IMAGE_TOKENS) + chain[-1].answer + END_OF_TURN, return_tensors="pt"
    )
    batch = collate([packer.pack(conversation)], 0)
    masks = {"full_attention": batch.visible, "sliding_attention": batch.visible}
    with torch.inference_mode():
        expected = language_model(**alone).last_hidden_state[0]
        packed = language_model(batch.token_ids, attention_mask=masks, position_ids=batch.positions)
    pack = packer.pack(conversation)
    rest = packed.last_hidden_state[0][pack.branches == 3]
    torch.testing.assert_close(rest, expected[-len(rest) :], rtol=1e-3, atol=1e-4)


def test_the_loss_falls_and_only_projector_and_lora_learn(training):
    frozen = {n: p.detach().clone() for n, p in training.model.named_parameters() if not p.requires_grad}
    batch, seen = next(training._batches("learn", "conversations", [0]))
    for group in training.optimizer.param_groups:
        group["lr"] = 1e-2
    losses = [training.step(batch, seen) for _ in range(8)]
    assert losses[-1] < losses[0] - 0.5
    learning = {n for n, p in training.model.named_parameters() if p.grad is not None}
    assert all("lora_" in name or "multi_modal_projector" in name for name in learning)
    assert any("lora_" in name for name in learning)
    after = dict(training.model.named_parameters())
    assert all(after[name].equal(value) for name, value in frozen.items())


def test_aligning_brings_photos_near_the_words_of_their_labels(training):
    training.config.align_steps = 1
    first = training.align()
    training.config.align_steps = 40
    assert training.align() < first


def test_a_run_resumes_and_its_weights_are_served(config, training, tokenizer):
    for stage in training.config.stages:
        stage.minutes = 1e-6
    training.run()
    assert training.state.iteration == 2
    output = Path(config.output)
    assert (output / "log.csv").read_text().startswith("iteration,minutes,stage,loss")
    again = LlavaTraining(config, assembled(tokenizer), tokenizer)
    assert again.state == training.state
    for name, value in training.projector.state_dict().items():
        assert again.projector.state_dict()[name].equal(value)
    again.run()
    assert again.state.iteration == 2
    served = read_adapter(assembled(tokenizer), output / "adapter")
    weight = served.model.multi_modal_projector.linear_1.weight
    torch.testing.assert_close(weight, training.projector.linear_1.weight, atol=1e-2, rtol=1e-2)


def test_the_sampled_softmax_is_the_whole_one_where_all_tokens_are_known():
    generator = torch.Generator().manual_seed(0)
    states, embedding = (0.6 * torch.randn(n, 8, generator=generator) for n in (5, 40))
    targets = torch.tensor([3, 9, 0, 39, 9])
    whole = torch.nn.functional.cross_entropy(states @ embedding.T, targets)
    loss, likeliest = SampledCrossEntropy(torch.arange(40), 40, 10)(states, targets, embedding)
    torch.testing.assert_close(loss, whole)
    assert likeliest.equal((states @ embedding.T).argmax(1))
    sampled = SampledCrossEntropy(targets, 40, 24)
    mean = torch.stack([sampled(states, targets, embedding)[0] for _ in range(300)]).mean()
    torch.testing.assert_close(mean, whole, rtol=0.1, atol=0.0)


def test_alignment_is_best_at_the_labels_own_words():
    words = torch.eye(4, 8)
    targets = torch.tensor([2, 0])
    right = alignment_loss(words[targets][:, None].expand(-1, 3, -1), targets, words)
    wrong = alignment_loss(words[targets.flip(0)][:, None].expand(-1, 3, -1), targets, words)
    assert right < 0.01 < wrong
