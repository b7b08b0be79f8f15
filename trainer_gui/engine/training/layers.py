"""The pieces that families build networks from."""

import torch
from torch import Tensor, nn


class Chain(nn.Sequential):
    """Pieces one after another; the first one takes all inputs of the network."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """[rows, outputs] from the arrays of `Preparation` as tensors."""
        entrance, *rest = self
        row: Tensor = entrance(*inputs)
        for piece in rest:
            row = piece(row)
        return row


class TableInput(nn.Module):
    """Numbers and categories as one row of numbers.

    Takes numbers float32 [rows, numbers] and categories int64 [rows, categories], each only where there
    are such columns; gives float32 [rows, `width`]. A category with n places becomes an embedding whose
    width grows slowly with n, or n columns of 0 and 1 where `one_hot` is chosen.
    """

    def __init__(self, numbers: int, places: tuple[int, ...], *, one_hot: bool, most: int = 32) -> None:
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
        self.width = numbers + sum(widths)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Joins the inputs along the last axis."""
        if not self.places:
            return inputs[0]
        parts = [inputs[0]] if self.numbers else []
        categories = inputs[-1]
        for at, count in enumerate(self.places):
            place = categories[:, at]
            if self.one_hot:
                parts.append(nn.functional.one_hot(place, count).to(torch.float32))
            else:
                parts.append(self.embeddings[at](place))
        return torch.cat(parts, dim=1)


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

    def forward(self, pictures: Tensor) -> Tensor:
        """uint8 [rows, channels, height, width] to the same; unchanged when not training."""
        if not self.training or not self.most:
            return pictures
        rows, _, height, width = pictures.shape
        across = torch.arange(width, device=pictures.device)
        down = torch.arange(height, device=pictures.device)
        moves = torch.randint(-self.most, self.most + 1, (2, rows, 1), device=pictures.device)
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
