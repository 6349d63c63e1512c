"""Train the embedded LLaVA: `python -m ml.training.llava data=FOLDER output=FOLDER`.

First the projector is fitted to the language model's word embeddings; stage 1 trains it on captions, stage 2
it and the LoRA on conversations. The output folder gets `data.pt`, to resume with the same data, and in
`adapter` the best weights as `ml.insights.llava_embedded` loads them, beside what `ml.training.loop` writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, cycle
from pathlib import Path
from typing import Any

import hydra
import numpy as np
import torch
from accelerate.utils import send_to_device
from omegaconf import DictConfig
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration, PreTrainedTokenizerBase

from ml.insights.llava_embedded.gemma import load_gemma
from ml.insights.llava_embedded.model import LORA_TARGETS, assemble, write_adapter
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.training.llava_data import LlavaData, LlavaDataMaker, load_data, save_data
from ml.training.llava_losses import SampledCrossEntropy, alignment_loss, word_embeddings
from ml.training.llava_packs import Pack, PackBatch, collate
from ml.training.loop import Stage, Training, Validation, learning_rate


class LlavaLearner(nn.Module):
    """What learns of a LLaVA that `assemble` made, projector and LoRA, and how its loss comes about."""

    def __init__(self, llava: LlavaForConditionalGeneration, lora: Sequence[nn.Parameter]) -> None:
        super().__init__()
        self.projector = llava.model.multi_modal_projector.float().requires_grad_()
        self.lora = nn.ParameterList(lora)
        # Not a submodule: it stays as it is, so that it is neither synchronized nor kept in checkpoints.
        self._frozen = (llava,)
        self.image_token: int = llava.config.image_token_id

    def forward(self, batch: PackBatch, seen: Tensor, loss: SampledCrossEntropy) -> tuple[Tensor, Tensor]:
        """The loss of a batch, and which of its A tokens were predicted, bool (A,).

        `seen` is what the vision tower sees in the photos, float (B, places, labels).
        """
        (llava,) = self._frozen
        language_model = llava.model.language_model
        embeddings = language_model.embed_tokens(batch.token_ids)
        photos = self.projector(seen.float()).to(embeddings.dtype)
        is_photo = (batch.token_ids == self.image_token)[..., None]
        half = embeddings.dtype == torch.bfloat16
        with torch.autocast(embeddings.device.type, torch.bfloat16, enabled=half):
            states = language_model(
                inputs_embeds=embeddings.masked_scatter(is_photo, photos),
                position_ids=batch.positions,
                attention_mask={"full_attention": batch.visible, "sliding_attention": batch.visible},
                use_cache=False,
            ).last_hidden_state
            chosen = states[batch.rows, batch.columns]
            value, likeliest = loss(chosen, batch.targets, llava.lm_head.weight.detach())
        return value, likeliest == batch.targets


class LlavaTraining(Training):
    """One run: the model, whose projector and LoRA learn, and the data."""

    part = "insights"
    needs = "Gemma 3 270M, the packages of requirements.lock and 1.6 GB of free memory."

    def __init__(
        self, config: DictConfig, llava: LlavaForConditionalGeneration, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        """`llava` is one that `assemble` made; its language model stays in the dtype it has."""
        super().__init__(config)
        self.tokenizer = tokenizer
        lora = LoraConfig(r=config.rank, lora_alpha=2 * config.rank, target_modules=list(LORA_TARGETS))
        self.model = get_peft_model(llava.to(self.device), lora)
        if config.start:
            set_peft_model_state_dict(self.model, load_file(Path(config.start) / "adapter_model.safetensors"))
        self.embed_tokens = llava.model.language_model.embed_tokens
        self.data = self._data(llava)
        known = torch.cat([pack.token_ids[pack.learned] for pack in self._all_packs()]).to(self.device)
        self.cross_entropy = SampledCrossEntropy(known, len(llava.lm_head.weight), config.sampled_tokens)

        learned = [p for n, p in self.model.named_parameters() if "lora_" in n]
        learner = LlavaLearner(llava, learned)
        self.projector, self.lora = learner.projector, learner.lora
        groups = [{"params": list(self.projector.parameters())}, {"params": learned}]
        self.prepare(learner, torch.optim.AdamW(groups, weight_decay=config.weight_decay))
        self.sets: Iterator[str] = iter(())
        self.streams: dict[str, Iterator[tuple[PackBatch, Tensor]]] = {}

    def run(self) -> None:
        """Align, then go through the stages."""
        if self.state.iteration == 0:
            self.align()
        super().run()

    def stages(self) -> Sequence[Stage]:
        """As the configuration has them."""
        return [Stage(s.minutes, (s.projector_rate, s.lora_rate)) for s in self.config.stages]

    def start_stage(self) -> None:
        """Take the stage's sets in turn."""
        stage = self.config.stages[self.state.stage]
        self.lora.requires_grad_(stage.lora_rate > 0)
        self.sets = cycle(stage.sets)
        self.streams = {name: self._endless(name) for name in stage.sets}

    def batch(self, share: float) -> Sequence[Any]:
        """Packs of the next set and what is seen in their photos."""
        return next(self.streams[next(self.sets)])

    def loss(self, *batch: Any) -> Tensor:
        """What `LlavaLearner` says."""
        value: Tensor = self.learner(*batch, self.cross_entropy)[0]
        return value

    def align(self) -> float:
        """Bring photos near the words of their labels; returns the last loss."""
        config, data = self.config, self.data
        words = word_embeddings(data.labels, self.tokenizer, self.embed_tokens)
        single = data.targets >= 0
        targets = data.targets[single].to(self.device)
        seen = data.learn["captions"].seen[single].to(self.device)
        optimizer = torch.optim.AdamW(self.projector.parameters(), lr=config.align_rate)
        for step in range(config.align_steps):
            share = learning_rate(step / config.align_steps, config.warm_up)
            optimizer.param_groups[0]["lr"] = config.align_rate * share
            chosen = torch.randint(len(seen), (config.align_batch,))
            places = self.projector(seen[chosen].float())
            loss = alignment_loss(places, targets[chosen], words)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"alignment_loss={loss.item():.4g}", flush=True)
        return float(loss.detach())

    def _endless(self, name: str) -> Iterator[tuple[PackBatch, Tensor]]:
        epochs = (self._batches("learn", name, [*self.data_seed(), epoch]) for epoch in count())
        return chain.from_iterable(epochs)

    def _batches(self, part: str, name: str, seed: Sequence[int]) -> Iterator[tuple[PackBatch, Tensor]]:
        """Every pack of a set once."""
        packs = getattr(self.data, part)[name]
        for chosen in packs.batches(np.random.default_rng(seed), self.config.tokens):
            batch = collate([packs.packs[i] for i in chosen], self.tokenizer.pad_token_id)
            yield send_to_device((batch, packs.seen[chosen]), self.device)

    @torch.inference_mode()
    def validate(self) -> Validation:
        """Mean loss and share of tokens predicted in the held-out packs of the stage."""
        losses: list[float] = []
        hits: list[Tensor] = []
        learner = self.accelerator.unwrap_model(self.learner)
        for batch, seen in self._batches("held_out", self.config.stages[self.state.stage].name, [0]):
            loss, right = learner(batch, seen, self.cross_entropy)
            losses += [loss.item()] * len(right)
            hits.append(right)
        loss, accuracy = float(np.mean(losses)), float(torch.cat(hits).float().mean())
        return Validation(-loss, {"validation_loss": loss, "validation_accuracy": accuracy})

    def export(self) -> None:
        """Projector and LoRA."""
        write_adapter(self.model, self.weights)

    @property
    def weights(self) -> Path:
        """Beside the run's own files."""
        return self.output / "adapter"

    def _data(self, llava: LlavaForConditionalGeneration) -> LlavaData:
        path = self.output / "data.pt"
        with self.accelerator.main_process_first():  # it keeps the data for the others
            if path.exists() and (self.config.resume or not self.accelerator.is_main_process):
                return load_data(path)
            tower, places = llava.model.vision_tower.float(), llava.config.image_seq_length
            maker = LlavaDataMaker(self.config, self.tokenizer, tower, places=places, device=self.device)
            data = maker.make()
            save_data(path, data)
            return data

    def _all_packs(self) -> Iterator[Pack]:
        for kept in (self.data.learn, self.data.held_out):
            for packs in kept.values():
                yield from packs.packs


@hydra.main(version_base=None, config_path="conf", config_name="llava")
def main(config: DictConfig) -> None:
    """Train as `conf/llava.yaml` and the command line say."""
    language_model, tokenizer = load_gemma(torch.bfloat16)
    llava = assemble(language_model, tokenizer, load_vision_tower(Path(config.recognizer)))
    LlavaTraining(config, llava, tokenizer).run()


if __name__ == "__main__":
    main()
