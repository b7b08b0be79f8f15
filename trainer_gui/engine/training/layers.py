"""The pieces that families build networks from."""

import torch
from torch import Tensor, nn

FRESH_SPREAD = 0.05  # of the numbers of a word before anything is learned: those never seen must say little


class Chain(nn.Sequential):
    """Pieces one after another; the first one takes all inputs of the network."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """[rows, outputs] from the arrays of `Preparation` as tensors."""
        entrance, *rest = self
        row: Tensor = entrance(*inputs)
        for piece in rest:
            row = piece(row)
        return row


class TextInput(nn.Module):
    """Texts as the sum of what was learned of their words and pieces of words, by the root of their number.

    Takes ids, whole numbers [rows, ids] with 0 for none; gives float32 [rows, `width`], zeros for a text
    without ids. Every id has a place among `buckets`, which unlike ids share by chance (Weinberger et al.,
    2009, arXiv:0902.2206; Joulin et al., 2016, arXiv:1607.01759). Divided by the root, long and short texts
    are of the same length; a mean would make the weights of long ones learn slowly.
    """

    def __init__(self, buckets: int, width: int, *, spread: float) -> None:
        super().__init__()
        self.buckets = buckets
        self.bag = nn.EmbeddingBag(buckets + 1, width, mode="sum", padding_idx=0)
        with torch.no_grad():
            self.bag.weight.mul_(spread)

    def forward(self, ids: Tensor) -> Tensor:
        """The sum over the ids of each text, by the root of their number."""
        known = ids > 0
        places = torch.where(known, (ids - 1) % self.buckets + 1, 0)
        weights = known.to(torch.float32)
        root = weights.sum(1, keepdim=True).clamp(min=1.0).sqrt()
        if torch.compiler.is_exporting():  # a bag is no operator that other programs know
            every = nn.functional.embedding(places, self.bag.weight)
            return (every * weights.unsqueeze(2)).sum(1) / root
        total: Tensor = self.bag(places) / root
        return total


class Both(nn.Module):
    """Two ways from the same numbers to the answer, added: a straight one, and one around through a layer."""

    def __init__(self, straight: nn.Module, around: nn.Module) -> None:
        super().__init__()
        self.straight = straight
        self.around = around

    def forward(self, inputs: Tensor) -> Tensor:
        """[rows, outputs] from [rows, width]."""
        answer: Tensor = self.straight(inputs) + self.around(inputs)
        return answer


class TextInputs(nn.Module):
    """Several texts side by side: takes one array of ids each, gives float32 [rows, texts × width]."""

    def __init__(self, texts: int, buckets: int, width: int, *, hidden_share: float = 0.0) -> None:
        super().__init__()
        self.hidden_share = hidden_share  # of the ids, left out by chance in training
        self.chance: torch.Generator | None = None  # None for torch's own
        self.texts = nn.ModuleList([TextInput(buckets, width, spread=FRESH_SPREAD) for _ in range(texts)])
        self.width = texts * width

    def forward(self, *ids: Tensor) -> Tensor:
        """Joins the texts along the last axis."""
        if self.training and self.hidden_share:
            ids = tuple(torch.where(self._drawn(each) < self.hidden_share, 0, each) for each in ids)
        return torch.cat([text(each) for text, each in zip(self.texts, ids, strict=True)], dim=1)

    def _drawn(self, ids: Tensor) -> Tensor:
        return torch.rand(ids.shape, generator=self.chance, device=ids.device)


class WithTexts(nn.Module):
    """A network for numbers and categories, to whose answer every text adds a weight per bucket."""

    def __init__(self, inner: nn.Module | None, texts: int, buckets: int, outputs: int) -> None:
        super().__init__()
        self.inner = inner
        self.texts = nn.ModuleList([TextInput(buckets, outputs, spread=0.0) for _ in range(texts)])
        self.bias = nn.Parameter(torch.zeros(outputs)) if inner is None else None

    def forward(self, *inputs: Tensor) -> Tensor:
        """[rows, outputs] from the arrays of `Preparation` as tensors."""
        split = len(inputs) - len(self.texts)
        answer = sum(text(ids) for text, ids in zip(self.texts, inputs[split:], strict=True))
        rest: Tensor | nn.Parameter | None = self.bias if self.inner is None else self.inner(*inputs[:split])
        assert isinstance(answer, Tensor)
        assert rest is not None
        return answer + rest


class TableInput(nn.Module):
    """Numbers, categories and texts as one row of numbers.

    Takes numbers float32 [rows, numbers], categories int64 [rows, categories] and ids of each text
    [rows, ids], each only where there are such columns; gives float32 [rows, `width`]. A category with n
    places becomes an embedding whose width grows slowly with n, or n columns of 0 and 1 where `one_hot` is
    chosen; a text becomes `text_width` numbers.
    """

    def __init__(
        self,
        numbers: int,
        places: tuple[int, ...],
        *,
        one_hot: bool,
        most: int = 32,
        texts: int = 0,
        buckets: int = 0,
        text_width: int = 0,
    ) -> None:
        super().__init__()
        self.numbers = numbers
        self.places = places
        self.one_hot = one_hot
        widths = [count if one_hot else min(most, round(1.6 * count**0.56)) for count in places]
        self.embeddings = nn.ModuleList(
            []
            if one_hot
            else [nn.Embedding(count, width) for count, width in zip(places, widths, strict=True)]
        )
        self.texts = TextInputs(texts, buckets, text_width) if texts else None
        self.width = numbers + sum(widths) + texts * text_width

    def forward(self, *inputs: Tensor) -> Tensor:
        """Joins the inputs along the last axis."""
        rest = list(inputs)
        parts = [rest.pop(0)] if self.numbers else []
        categories = rest.pop(0) if self.places else None
        for at, count in enumerate(self.places):
            assert categories is not None
            place = categories[:, at]
            if self.one_hot:
                parts.append(nn.functional.one_hot(place, count).to(torch.float32))
            else:
                parts.append(self.embeddings[at](place))
        if self.texts is not None:
            parts.append(self.texts(*rest))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


class PictureInput(nn.Module):
    """Pictures as centred and scaled numbers: uint8 [rows, channels, height, width] to float32."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: tuple[float, ...], deviation: tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).reshape(1, -1, 1, 1) * 255.0)
        self.register_buffer("deviation", torch.tensor(deviation).reshape(1, -1, 1, 1) * 255.0)

    def forward(self, pictures: Tensor) -> Tensor:
        """Centres and scales each channel."""
        scaled: Tensor = (pictures.to(torch.float32) - self.mean) / self.deviation
        return scaled


class Residual(nn.Module):
    """Two 3×3 convolutions and a way past them (He et al., 2016, arXiv:1512.03385, basic block)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.downsample: nn.Module | None = None
        if stride != 1 or channels_in != channels_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, pictures: Tensor) -> Tensor:
        """[rows, channels_in, height, width] to [rows, channels_out, height / stride, width / stride]."""
        past = pictures if self.downsample is None else self.downsample(pictures)
        inner = torch.relu(self.bn1(self.conv1(pictures)))
        return torch.relu(self.bn2(self.conv2(inner)) + past)


class RandomShift(nn.Module):
    """Moves each picture of a training batch by chance, up to `most` pixels each way; edges are repeated."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.chance: torch.Generator | None = None  # None for torch's own

    def forward(self, pictures: Tensor) -> Tensor:
        """uint8 [rows, channels, height, width] to the same; unchanged when not training."""
        if not self.training or not self.most:
            return pictures
        rows, _, height, width = pictures.shape
        across = torch.arange(width, device=pictures.device)
        down = torch.arange(height, device=pictures.device)
        span = (-self.most, self.most + 1)
        moves = torch.randint(*span, (2, rows, 1), generator=self.chance, device=pictures.device)
        columns = (across + moves[0]).clamp(0, width - 1)
        lines = (down + moves[1]).clamp(0, height - 1)
        which = torch.arange(rows, device=pictures.device)[:, None, None]
        moved = pictures.movedim(1, 3)[which, lines[:, :, None], columns[:, None, :]].movedim(3, 1)
        # Convolutions of odd batches in another memory order end the process in torch 2.13 on some CPUs.
        return moved.contiguous()


class FactorisationMachine(nn.Module):
    """One weight per input and output, and pairwise interactions through `factors` hidden factors.

    Takes and gives float32, [rows, inputs] to [rows, outputs]. The interactions are computed in time
    linear in the inputs (Rendle, 2010, "Factorization Machines", equation 5).
    """

    def __init__(self, inputs: int, outputs: int, factors: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.factors: nn.Parameter | None = None
        if factors:
            self.factors = nn.Parameter(torch.randn(inputs, factors) * 0.05)
            self.mix = nn.Linear(factors, outputs, bias=False)

    def forward(self, row: Tensor) -> Tensor:
        """The weighted sum, and the interactions where there are factors."""
        answer: Tensor = self.linear(row)
        if self.factors is None:
            return answer
        together = (row @ self.factors) ** 2 - (row**2) @ (self.factors**2)
        mixed: Tensor = answer + self.mix(0.5 * together)
        return mixed
