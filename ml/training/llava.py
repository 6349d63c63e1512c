"""Train the embedded LLaVA: `python -m ml.training.llava data=FOLDER output=FOLDER`.

Stage 0 fits the projector to the language model's word embeddings; stage 1 trains it on captions, stage 2 it
and the LoRA on conversations. The output folder gets `log.csv` and `log.png`, `data.pt` and `last.pt` to
resume from, and in `adapter` the best weights as `ml.insights.llava_embedded` loads them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import chain, count, cycle
from pathlib import Path

import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration, PreTrainedTokenizerBase

from ml.insights.llava_embedded.gemma import load_gemma
from ml.insights.llava_embedded.model import LORA_TARGETS, assemble, write_adapter
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from ml.training.llava_data import LlavaData, LlavaDataMaker, load_data, photo_features, save_data
from ml.training.llava_losses import SampledCrossEntropy, alignment_loss, word_embeddings
from ml.training.llava_packs import Batch, Pack, collate
from ml.training.log import TrainingLog
from ml.training.recognizer import learning_rate


class LlavaTraining:
    """One run: the model, whose projector and LoRA learn, the data and the optimizer."""

    def __init__(
        self, config: DictConfig, llava: LlavaForConditionalGeneration, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        """`llava` is one that `assemble` made; its language model stays in the dtype it has."""
        torch.manual_seed(config.seed)
        torch.set_num_threads(config.threads)
        self.config, self.output = config, Path(config.output)
        self.tokenizer = tokenizer
        lora = LoraConfig(r=config.rank, lora_alpha=2 * config.rank, target_modules=list(LORA_TARGETS))
        self.model = get_peft_model(llava, lora)
        self.projector = llava.model.multi_modal_projector.float().requires_grad_()
        self.language_model = llava.model.language_model
        self.vocabulary: Tensor = llava.lm_head.weight.detach()
        self.image_token: int = llava.config.image_token_id
        self.log = TrainingLog(self.output)
        self.data = self._data(llava)
        self.tower = llava.model.vision_tower.float()

        learned = [p for n, p in self.model.named_parameters() if "lora_" in n]
        self.lora = nn.ParameterList(learned)
        self.optimizer = torch.optim.AdamW(
            [{"params": list(self.projector.parameters())}, {"params": learned}],
            weight_decay=config.weight_decay,
        )
        known = torch.cat([pack.token_ids[pack.learned] for pack in self._all_packs()])
        self.loss = SampledCrossEntropy(known, len(self.vocabulary), config.sampled_tokens)
        self.last = self.output / "last.pt"
        self.parts = {"projector": self.projector, "lora": self.lora, "optimizer": self.optimizer}
        resumes = config.resume and self.last.exists()
        self.progress = load_checkpoint(self.last, self.parts) if resumes else Progress(best=math.inf)

    def run(self) -> None:
        """Go through the stages; each ends when its minutes are over or its validation loss stops falling."""
        if self.progress.iteration == 0:
            self.align()
        end = 0.0
        for stage in self.config.stages:
            start, end = end, end + 60 * stage.minutes
            if self.progress.seconds < end:
                self._run_stage(stage, start, end)

    def align(self) -> float:
        """Stage 0; returns the last loss."""
        config, data = self.config, self.data
        words = word_embeddings(data.labels, self.tokenizer, self.language_model.embed_tokens)
        single = data.targets >= 0
        targets = data.targets[single]
        features = photo_features(self.tower, data.learn["captions"].views[single])
        optimizer = torch.optim.AdamW(self.projector.parameters(), lr=config.align_rate)
        for step in range(config.align_steps):
            share = learning_rate(step / config.align_steps, config.warm_up)
            optimizer.param_groups[0]["lr"] = config.align_rate * share
            chosen = torch.randint(len(features), (config.align_batch,))
            places = self.projector(features[chosen].float())
            loss = alignment_loss(places, targets[chosen], words)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"alignment_loss={loss.item():.4g}", flush=True)
        return loss.item()

    def step(self, batch: Batch, features: Tensor) -> float:
        """One update at the rates that the optimizer holds; returns the loss."""
        loss, _ = self.forward(batch, features)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*self.projector.parameters(), *self.lora], 1.0)
        self.optimizer.step()
        return loss.item()

    def forward(self, batch: Batch, features: Tensor) -> tuple[Tensor, Tensor]:
        """The loss of a batch, and which of its A tokens were predicted, bool (A,).

        `features` are the photos' grids, float (B, places, channels).
        """
        embeddings = self.language_model.embed_tokens(batch.token_ids)
        photos = self.projector(features.float()).to(embeddings.dtype)
        is_photo = (batch.token_ids == self.image_token)[..., None]
        with torch.autocast("cpu", torch.bfloat16, enabled=embeddings.dtype == torch.bfloat16):
            states = self.language_model(
                inputs_embeds=embeddings.masked_scatter(is_photo, photos),
                position_ids=batch.positions,
                attention_mask={"full_attention": batch.visible, "sliding_attention": batch.visible},
                use_cache=False,
            ).last_hidden_state
            loss, likeliest = self.loss(states[batch.rows, batch.columns], batch.targets, self.vocabulary)
        return loss, likeliest == batch.targets

    def _run_stage(self, stage: DictConfig, start: float, end: float) -> None:
        config, now = self.config, self.progress
        streams = {name: self._endless(name) for name in stage.sets}
        order = cycle(stage.sets)
        self.lora.requires_grad_(stage.lora_rate > 0)
        losses: list[float] = []
        while now.seconds < end:
            started = time.monotonic()
            share = learning_rate((now.seconds - start) / (end - start), config.warm_up)
            for group, peak in zip(
                self.optimizer.param_groups, (stage.projector_rate, stage.lora_rate), strict=True
            ):
                group["lr"] = peak * share
            losses.append(self.step(*next(streams[next(order)])))
            now.iteration += 1
            now.seconds += time.monotonic() - started
            over = now.seconds >= end
            if over or now.iteration % config.evaluate_every == 0:
                self._evaluate(stage.name, float(np.mean(losses)))
                losses.clear()
            if over or now.waited >= config.patience:
                now.seconds, now.best, now.waited = end, math.inf, 0
                save_checkpoint(self.last, self.parts, now)

    def _endless(self, name: str) -> Iterator[tuple[Batch, Tensor]]:
        seeds = count(self.progress.iteration)
        return chain.from_iterable(self._batches("learn", name, seed) for seed in seeds)

    def _batches(self, part: str, name: str, seed: int) -> Iterator[tuple[Batch, Tensor]]:
        """Every pack of a set once."""
        packs = getattr(self.data, part)[name]
        for chosen in packs.batches(np.random.default_rng([self.config.seed, seed]), self.config.tokens):
            batch = collate([packs.packs[i] for i in chosen], self.tokenizer.pad_token_id)
            yield batch, photo_features(self.tower, packs.views[chosen])

    def _evaluate(self, stage: str, loss: float) -> None:
        """Validate, keep the weights if they are this stage's best so far, and save the run's state."""
        now = self.progress
        validation_loss, accuracy = self.validate(stage)
        number = [each.name for each in self.config.stages].index(stage) + 1
        self.log.write(
            iteration=now.iteration,
            minutes=round(now.seconds / 60, 2),
            stage=number,
            loss=loss,
            validation_loss=validation_loss,
            validation_accuracy=accuracy,
        )
        now.waited += 1
        if validation_loss < now.best:
            now.best, now.waited = validation_loss, 0
            write_adapter(self.model, self.output / "adapter")
        save_checkpoint(self.last, self.parts, now)

    @torch.inference_mode()
    def validate(self, stage: str) -> tuple[float, float]:
        """Mean loss and share of tokens predicted in the held-out packs of a stage."""
        losses: list[float] = []
        hits: list[Tensor] = []
        for batch, features in self._batches("held_out", stage, 0):
            loss, right = self.forward(batch, features)
            losses += [loss.item()] * len(right)
            hits.append(right)
        return float(np.mean(losses)), float(torch.cat(hits).float().mean())

    def _data(self, llava: LlavaForConditionalGeneration) -> LlavaData:
        path = self.output / "data.pt"
        if self.config.resume and path.exists():
            return load_data(path)
        size, places = llava.config.vision_config.image_size, llava.config.image_seq_length
        data = LlavaDataMaker(self.config, self.tokenizer, size=size, places=places).make()
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
